import type { Context } from '../lowering/context.js';
import type { Timeline } from '../lowering/steps.js';

/** A check of one scene: looks at what is declared and done, reports what cannot be. */
export type SceneCheck = (context: Context, timeline: Timeline) => void;

/** All of them, in the order in which their findings are of use. */
const SCENE_CHECKS: readonly SceneCheck[] = [
];

/** Runs every check on what lowering has found out about a scene. */
export function checkScene(context: Context, timeline: Timeline): void {
    for (const check of SCENE_CHECKS) {
        check(context, timeline);
    }
}
