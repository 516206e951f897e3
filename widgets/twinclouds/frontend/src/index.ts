// What a host calls: the module's default export, as anywidget defines it. It looks up the widget's kind in one table
// of instruments; how to add one is told in instruments/README.md.

import { AngleInstrument } from "./instruments/angles";
import { AnswersInstrument } from "./instruments/answers";
import { AuditInstrument } from "./instruments/audit";
import { CloudInstrument } from "./instruments/cloud";
import { ExplorerInstrument } from "./instruments/explorer";
import { GraphInstrument } from "./instruments/graph";
import { StaircaseInstrument } from "./instruments/staircase";
import { TwinInstrument } from "./instruments/twins";
import type { Instrument, RenderContext } from "./types";
import { unknownKind } from "./unknown";

const INSTRUMENTS: Record<string, new (context: RenderContext) => Instrument> = {
  angles: AngleInstrument,
  answers: AnswersInstrument,
  audit: AuditInstrument,
  cloud: CloudInstrument,
  explorer: ExplorerInstrument,
  graph: GraphInstrument,
  staircase: StaircaseInstrument,
  twins: TwinInstrument,
};

export function render(context: RenderContext): () => void {
  const kind = String(context.model.get("_kind"));
  const Made = Object.hasOwn(INSTRUMENTS, kind) ? INSTRUMENTS[kind] : undefined;
  if (!Made) return unknownKind(context, kind);
  const instrument = new Made(context);
  return () => instrument.dispose();
}

export default { render };
