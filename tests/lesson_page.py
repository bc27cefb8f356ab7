"""What the browser tests of all lessons do on a page: find a widget, look at its picture, read it, press it."""

from stage_page import until

from gdcourse.stage.waiting import BUTTON

DIGEST = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (const word of new Uint32Array(data.buffer)) sum = (Math.imul(sum, 31) + word) | 0;
    return sum;
}"""


def place(lesson, source, css):
    """The widget of the only cell that contains `source`, in view; a lab that waits for a prediction is opened."""
    widget = lesson.output(lesson.find_cell(source)).locator(css)
    widget.wait_for()
    widget.scroll_into_view_if_needed()
    if (gate := widget.get_by_role("button", name=BUTTON)).is_visible():
        gate.click()
    return widget


def alone_in_the_dark(open_notebook, sources, viewport=(820, 900)):
    """Show labs in a notebook of their own, in the dark; gives their stages, each in view when its turn comes."""
    page = open_notebook(["from gdcourse import LABS", *sources], theme="dark", viewport=viewport)
    page.run_all()
    for source in sources:
        yield place(page, source, ".gd-stage")


def pixels(stage):
    """What moves in the picture of a lab, as a number to compare: to pack the pixels into a file would take longer."""
    return stage.locator("canvas.gd-moving").evaluate(DIGEST)


def readout(stage):
    """The first line under the picture of a lab."""
    return stage.locator('[data-text="readout"]').inner_text()


def words(stage):
    """All that a lab says: its title, and the lines under its picture."""
    return stage.locator(".gd-title").inner_text() + stage.locator(".gd-words").inner_text()


def pressed(sheet, button):
    """What the sheet says after a button was pressed."""
    message = sheet.locator(".gd-message")
    message.evaluate("element => { element.textContent = 'waiting'; }")
    sheet.locator(f'[data-button="{button}"]').click()
    sheet.page.wait_for_function("element => element.textContent !== 'waiting'", arg=message.element_handle())
    return message.inner_text()


def one_step_moves_the_picture(stage, reached=1):
    """Press Step; the picture changes, and the readout says how many steps were `reached`."""
    seen = pixels(stage)
    stage.get_by_role("button", name="Step", exact=True).click()
    until(lambda: pixels(stage) != seen)
    assert readout(stage).startswith(f"Step {reached} | ")


def every_slider_moves_the_picture_and_the_words(stage, expected):
    """Move all sliders that a lab shows (`expected` are their labels) by key, each seen in the picture and in words."""
    shown = [slider for slider in stage.locator(".gd-control input[type=range]").all() if slider.is_visible()]
    assert tuple(slider.get_attribute("aria-label") for slider in shown) == expected
    for slider, label in zip(shown, expected, strict=True):
        for _ in range(3):  # at step 0 no rate has been used yet, and a new ground begins there again
            stage.get_by_role("button", name="Step", exact=True).click()
        seen, said = pixels(stage), words(stage)
        end = slider.evaluate("range => +range.value + 3 > +range.max")
        for _ in range(3):
            slider.press("ArrowLeft" if end else "ArrowRight")

        def answered(seen=seen, said=said, label=label):
            assert pixels(stage) != seen, f"{label} does not move the picture"
            assert words(stage) != said, f"{label} does not change the words"

        until(answered)
