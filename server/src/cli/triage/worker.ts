/** What a thread of `hwp triage` starts with. */
void import('./triage-command.js').then(({ serveThread }) => serveThread());
