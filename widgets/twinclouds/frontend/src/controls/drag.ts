// Dragging in a small drawing: with mouse, pen or finger, and with the arrow keys.

/** Call `move` with the place in the drawing, in its own units, as long as the pointer is held. */
export function dragging(
  picture: SVGElement,
  begin: (at: { x: number; y: number }, target: Element) => boolean,
  move: (at: { x: number; y: number }) => void,
  end: () => void,
): void {
  let held: number | null = null;
  const place = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    const [, , width = 1, height = 1] = (picture.getAttribute("viewBox") ?? "").split(" ").map(Number);
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !begin(place(event), event.target as Element)) return;
    held = event.pointerId;
    try {
      picture.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is gone already cannot be captured, and need not be.
    }
    move(place(event));
  });
  picture.addEventListener("pointermove", (event) => {
    if (event.pointerId === held) move(place(event));
  });
  const stop = (event: PointerEvent) => {
    if (event.pointerId !== held) return;
    held = null;
    end();
  };
  picture.addEventListener("pointerup", stop);
  picture.addEventListener("pointercancel", stop);
}

/** Steps to the right and upwards, for an arrow key. */
export function arrow(event: KeyboardEvent): { right: number; up: number } | null {
  const far = event.shiftKey ? 10 : 1;
  const steps: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  event.stopPropagation();
  return { right: step[0] * far, up: step[1] * far };
}
