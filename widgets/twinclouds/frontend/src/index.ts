// What a host calls: the module's default export, as anywidget defines it.

import type { RenderContext } from "./types";
import { View } from "./view";

export function render(context: RenderContext): () => void {
  const view = new View(context);
  return () => view.dispose();
}

export default { render };
