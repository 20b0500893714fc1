/** What a part of a summary is about, for colours and settings. */
export type SummaryKind = 'boot' | 'result' | 'signal' | 'errno' | 'value' | 'exit' | 'data' | 'oops' | 'panic' | 'not-reached' | 'race';
