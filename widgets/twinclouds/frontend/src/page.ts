// What all widgets of a page share, even if two copies of this bundle are loaded: how many graphics contexts are
// alive, and the bus on which views of one group tell each other how the camera stands.

import type { Camera } from "./camera";

interface Page {
  contexts: number;
  listeners: Map<string, Set<(camera: Camera, sender: object) => void>>;
  cameras: Map<string, Camera>;
  shared?: Record<string, unknown>;
}

const KEY = Symbol.for("twinclouds.page");

function page(): Page {
  const holder = globalThis as unknown as Record<symbol, Page | undefined>;
  return (holder[KEY] ??= { contexts: 0, listeners: new Map(), cameras: new Map() });
}

/** Something of this name that all widgets of the page have in common, made by the first who asks. */
export function sharedOnPage<T>(name: string, make: () => T): T {
  const shared = (page().shared ??= {});
  return (shared[name] ??= make()) as T;
}

export const countContext = (change: 1 | -1): void => {
  page().contexts += change;
};

export const lastCamera = (group: string): Camera | undefined => page().cameras.get(group);

export function tellCamera(group: string, camera: Camera, sender: object): void {
  page().cameras.set(group, camera);
  page().listeners.get(group)?.forEach((listen) => listen(camera, sender));
}

/** Listen to a group of cameras; call what is returned to stop. */
export function onCamera(group: string, listen: (camera: Camera, sender: object) => void): () => void {
  const { listeners, cameras } = page();
  const members = listeners.get(group) ?? new Set();
  listeners.set(group, members);
  members.add(listen);
  return () => {
    members.delete(listen);
    if (!members.size) {
      listeners.delete(group);
      cameras.delete(group);
    }
  };
}
