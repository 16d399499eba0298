/** Which part of a picture is seen, and how large: on the screen, a point is `scale` times itself plus `x`, `y`. */
export interface Camera {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Camera = { scale: 1, x: 0, y: 0 };
const MOST = 600;
/** Milliseconds of a zoom. */
export const ZOOM_TIME = 240;

/** Keeps the point under the pointer where it is; never smaller than the whole, never past its edges. */
export function zoomedAt(
  camera: Camera,
  factor: number,
  px: number,
  py: number,
  width: number,
  height: number,
): Camera {
  const scale = Math.min(MOST, Math.max(1, camera.scale * factor));
  const by = scale / camera.scale;
  return within({ scale, x: px - (px - camera.x) * by, y: py - (py - camera.y) * by }, width, height);
}

export function moved(camera: Camera, dx: number, dy: number, width: number, height: number): Camera {
  return within({ ...camera, x: camera.x + dx, y: camera.y + dy }, width, height);
}

/** Shows a box as large as it fits, in the middle. */
export function fitting(box: Box, width: number, height: number, share = 0.94): Camera {
  const scale = Math.min(MOST, (share * width) / box.width, (share * height) / box.height);
  return {
    scale,
    x: width / 2 - scale * (box.x + box.width / 2),
    y: height / 2 - scale * (box.y + box.height / 2),
  };
}

/** Between two cameras: even steps of scale look even when they are factors. */
export function between(from: Camera, to: Camera, share: number): Camera {
  if (share >= 1) return to;
  const eased = 1 - (1 - share) ** 3;
  const scale = from.scale * (to.scale / from.scale) ** eased;
  // The point that both show in the same place stays there; what is seen moves towards it.
  const part = to.scale === from.scale ? eased : (scale - from.scale) / (to.scale - from.scale);
  return { scale, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function within({ scale, x, y }: Camera, width: number, height: number): Camera {
  return {
    scale,
    x: Math.min(0, Math.max(width * (1 - scale), x)),
    y: Math.min(0, Math.max(height * (1 - scale), y)),
  };
}
