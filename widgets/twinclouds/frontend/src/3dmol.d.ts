// The few names of 3Dmol.js that we call (its own declarations do not compile under our settings).

declare module "3dmol/build/3Dmol.es6-min.js" {
  export interface GLAtom {
    serial: number;
    elem: string;
    x: number;
    y: number;
    z: number;
    color: number;
    style: { sphere: { radius: number } };
  }
  export interface GeometryGroup {
    vertices: number;
    colorArray: Float32Array;
    faceArray: Uint16Array;
    lineArray: Uint16Array;
    lineidx: number;
  }
  export interface Geometry {
    geometryGroups: GeometryGroup[];
    colorsNeedUpdate: boolean;
    dispose(): void;
  }
  /** What is drawn, as a tree; and what the graphics card can do. */
  export interface Group extends Object3D {
    remove(child: Object3D): void;
  }
  export type Extensions = object;
  export interface Object3D {
    children?: Object3D[];
    geometry?: Geometry;
    material?: { dispose(): void };
  }
  export interface GLModel {
    addAtoms(atoms: GLAtom[]): void;
    setColorByFunction(selection: object, colour: (atom: GLAtom) => number): void;
    renderedMolObj?: Object3D | null;
    /** Make what is drawn, if that is not done yet. */
    globj(group: Group, extensions: Extensions): void;
  }
  export interface GLShape {
    renderedShapeObj?: Object3D | null;
    globj(group: Group, extensions: Extensions): void;
  }
  export interface Point {
    x: number;
    y: number;
    z: number;
  }
  export interface GLViewer {
    addModel(): GLModel;
    removeModel(model: GLModel): void;
    addCustom(spec: {
      vertexArr: Point[];
      normalArr: Point[];
      faceArr: number[];
      color: number;
      wireframe: boolean;
      alpha: number;
    }): GLShape;
    removeShape(shape: GLShape): void;
    setView(view: number[], nolink: boolean): void;
    setSlab(near: number, far: number): void;
    setBackgroundColor(colour: number, alpha: number): void;
    setViewStyle(style: { style: string; color?: string; width?: number }): void;
    resize(): void;
    modelGroup: Group;
    renderer: { supportedExtensions(): Extensions };
    divwatcher?: ResizeObserver;
    intwatcher?: IntersectionObserver;
  }
  export function createViewerGrid(
    element: HTMLElement,
    grid: { rows: number; cols: number; control_all: boolean },
    viewer: { antialias: boolean; upscale: boolean; nomouse: boolean; backgroundColor: number },
  ): GLViewer[][] | undefined;
}

declare module "*.css" {
  const text: string;
  export default text;
}
