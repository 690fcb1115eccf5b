// An editor as far as a language server can tell: Red Hat's yaml-language-server as a child process, spoken to over LSP,
// in a workspace of its own that lies as the project does: rules/ beside schemas/.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Where the cursor is, in the text of a file; no rule has such a character. */
export const CURSOR = '‸';

export interface Completion {
  readonly label: string;
  readonly insertText: string;
  readonly documentation: string;
}

export interface Editor {
  /** What is offered where the {@link CURSOR} stands. */
  completions(text: string, path?: string): Promise<readonly Completion[]>;
  /** What is shown, as Markdown, over what the {@link CURSOR} stands in. */
  hover(text: string, path?: string): Promise<string>;
  /** What is underlined: `line:column message`, both from 1. */
  diagnostics(text: string, path?: string): Promise<readonly string[]>;
  /** Ends the server, and throws when it does not end by itself. */
  close(): Promise<void>;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Diagnostics {
  readonly uri: string;
  readonly diagnostics: readonly { readonly range: { readonly start: Position }; readonly message: string }[];
}

interface Item {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** What the server asks of its editor: nothing from the network, neither the schema store nor anything else. */
const SETTINGS: Readonly<Record<string, unknown>> = {
  yaml: {
    validate: true,
    hover: true,
    completion: true,
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  },
  // Nothing listens there: what would be fetched all the same fails at once.
  http: { proxy: 'http://127.0.0.1:9', proxyStrictSSL: true },
  '[yaml]': { 'editor.tabSize': 2 },
  editor: { detectIndentation: false },
};

/** Starts the server, and waits until it has taken its settings. */
export async function startEditor(): Promise<Editor> {
  const workspace = mkdtempSync(join(tmpdir(), 'c4gt-editor-'));
  cpSync(schemas, join(workspace, 'schemas'), { recursive: true });
  const child = spawn(process.execPath, [join(modules, 'yaml-language-server/bin/yaml-language-server'), '--stdio'], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], HOME: workspace },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const ended = once(child, 'close');
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));

  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const configured = Promise.withResolvers<void>();
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section: string }[] }) => {
    setImmediate(configured.resolve);
    return items.map(({ section }) => SETTINGS[section] ?? null);
  });
  connection.onRequest('client/registerCapability', () => null);
  const underlined = new Map<string, (found: Diagnostics) => void>();
  connection.onNotification('textDocument/publishDiagnostics', (found: Diagnostics) =>
    underlined.get(found.uri)?.(found),
  );
  connection.listen();
  const failed = ended.then((): never => {
    throw new Error(`the language server ended:\n${said.join('')}`);
  });
  failed.catch(() => undefined);
  await Promise.race([failed, connection.sendRequest('initialize', initialise(workspace))]);
  await connection.sendNotification('initialized', {});
  await Promise.race([failed, configured.promise]);

  let files = 0;
  const open = async (text: string, path = `rules/file-${++files}.yaml`) => {
    const offset = text.indexOf(CURSOR);
    const before = text.slice(0, Math.max(0, offset)).split('\n');
    const uri = pathToFileURL(join(workspace, path)).href;
    const document = { uri, languageId: 'yaml', version: 1, text: text.replace(CURSOR, '') };
    await connection.sendNotification('textDocument/didOpen', { textDocument: document });
    return {
      uri,
      at: {
        textDocument: { uri },
        position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
      },
    };
  };
  const ask = async <T>(method: string, text: string, path?: string): Promise<T | null> => {
    const { at } = await open(text, path);
    return Promise.race([failed, connection.sendRequest<T | null>(method, at)]);
  };
  return {
    completions: async (text, path) => {
      const found = await ask<{ items: readonly Item[] }>('textDocument/completion', text, path);
      return (found?.items ?? []).map(({ label, insertText = label, documentation = '' }) => ({
        label,
        insertText,
        documentation: typeof documentation === 'string' ? documentation : documentation.value,
      }));
    },
    hover: async (text, path) => {
      const found = await ask<{ contents: { value: string } }>('textDocument/hover', text, path);
      return found?.contents.value ?? '';
    },
    diagnostics: async (text, path) => {
      const published = Promise.withResolvers<Diagnostics>();
      const name = path ?? `rules/file-${++files}.yaml`;
      underlined.set(pathToFileURL(join(workspace, name)).href, published.resolve);
      await open(text, name);
      const { diagnostics } = await Promise.race([failed, published.promise]);
      return diagnostics.map(({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`);
    },
    close: async () => {
      await Promise.race([failed, connection.sendRequest('shutdown')]);
      await connection.sendNotification('exit');
      const late = setTimeout(killed, 10_000);
      const [code] = await ended;
      clearTimeout(late);
      connection.dispose();
      process.off('exit', killed);
      rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
      if (code !== 0) throw new Error(`the language server ended with ${code}:\n${said.join('')}`);
    },
  };
}

/** The file once an item was chosen: its places for the cursor filled with what they suggest, as editors indent it. */
export function accepted(text: string, { insertText }: Completion): string {
  const before = text.slice(0, text.indexOf(CURSOR));
  const indent = /^ */.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0] ?? '';
  const filled = insertText.replace(/\$\{\d+:((?:\\.|[^}])*)\}|\$\d+/g, (_, words: string = '') =>
    words.replace(/\\(.)/g, '$1'),
  );
  return text.replace(CURSOR, filled.replaceAll('\n', `\n${indent}`));
}

function initialise(workspace: string) {
  const uri = pathToFileURL(workspace).href;
  return {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'programme' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
        publishDiagnostics: {},
      },
    },
  };
}
