/** Patch series outside the released kernels, by name; proposals.ts describes them. */
export type ProposalName = 'panic-unrecoverable-v1' | 'panic-unrecoverable-v2' | 'panic-unrecoverable-v3' | 'panic-unrecoverable-v4' | 'kho-hwpoison';
