import { MF_FLAGS } from '../../vocabulary/mf-flags.js';

/** enum mf_flags, as bits. */
export const MF_COUNT_INCREASED = MF_FLAGS.MF_COUNT_INCREASED.value;
export const MF_ACTION_REQUIRED = MF_FLAGS.MF_ACTION_REQUIRED.value;
export const MF_MUST_KILL = MF_FLAGS.MF_MUST_KILL.value;
export const MF_SOFT_OFFLINE = MF_FLAGS.MF_SOFT_OFFLINE.value;
export const MF_SW_SIMULATED = MF_FLAGS.MF_SW_SIMULATED.value;
