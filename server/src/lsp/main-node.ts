/** The language server as a process: over stdio or the channel that VS Code chooses. */
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './start-server.js';

startServer(createConnection(ProposedFeatures.all), NodeFileSystem.fileSystemProvider);
