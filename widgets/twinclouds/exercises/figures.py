"""Figures with a text alternative: nothing in the course is for eyes only."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["describe"]


def describe(figure: Figure, text: str, *, dpi: int = 144) -> None:
    """Show a matplotlib figure together with what it shows, in words.

    The words become the picture's text alternative, for screen readers and for pages made from the notebook. The
    figure is closed, so that it is not shown a second time at the end of the cell.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    text : str
        What a person who does not see the figure has to know: what is drawn over what, and what it shows.
    dpi : int
        Resolution in dots per inch.

    Raises
    ------
    ValueError
        If the text is empty.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots()
    >>> describe(figure, "  ")
    Traceback (most recent call last):
    ...
    ValueError: the figure has no text alternative; say in words what it shows
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    words = " ".join(text.split())
    if not words:
        raise ValueError("the figure has no text alternative; say in words what it shows")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, bbox_inches="tight")
    plt.close(figure)
    picture = base64.b64encode(buffer.getvalue()).decode("ascii")
    width = round(int.from_bytes(buffer.getvalue()[16:20], "big") * 72 / dpi * 4 / 3)
    # JupyterLab does not use the alt of an image's metadata, nbconvert does: hence both.
    tag = (
        f'<img class="tc-figure" src="data:image/png;base64,{picture}" alt="{html.escape(words)}" '
        f'style="width: {width}px; max-width: 100%; background: white">'
    )
    bundle = {"image/png": picture, "text/html": tag, "text/plain": f"Figure: {words}"}
    display(bundle, raw=True, metadata={"image/png": {"alt": words}})
