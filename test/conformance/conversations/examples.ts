/** A conversation with each of the examples. */
import { type Conversation, traceWith } from './conversation.js';

const clientSample: Conversation = async (remote) => {
  await remote.waitFor(() => remote.log.some(({ text }) => text.endsWith('goodbye!')));
  const trace = await traceWith(remote, 'goodbye!');
  const channel = remote.log.map(({ text }) => text).filter((text) => text.startsWith('rpmsg'));
  return [...channel, trace];
};

const echo: Conversation = async (remote) => {
  const lines: string[] = [];
  const echo = await remote.channel('rpmsg-echo');
  const pattern = await remote.channel('rpmsg-pattern');
  for (const size of [0, 1, 4, 495, 496]) {
    await echo.send(new Uint8Array(size).fill(size));
    lines.push(`echo ${[...(await echo.receive()).data]}`);
  }
  for (const [request, count] of [
    ['3 5', 3],
    ['700 496', 700],
    ['1 497', 1],
  ] as const) {
    await pattern.send(request);
    for (let i = 0; i < count; i++) lines.push(`${request}: ${[...(await pattern.receive()).data]}`);
  }
  await traceWith(remote, 'sent 700');
  const trace = await traceWith(remote, 'cannot send');
  lines.push(`${echo.pending} ${pattern.pending} ${echo.dst} ${pattern.dst}`, trace);
  return lines;
};

const console: Conversation = async (remote) => {
  const lines: string[] = [];
  for (const [name, text, length] of [
    ['hvc0', 'help\nfill 50000\nhalf a ', 17 + 50001],
    ['hvc0', 'line\n', 23],
    ['vport1p0', 'serial'.repeat(900), 5400],
  ] as const) {
    const port = await remote.port(name);
    if (port.write(new TextEncoder().encode(text)) !== text.length) lines.push(`${name} took less`);
    let answer = '';
    await remote.waitFor(() => {
      answer += new TextDecoder().decode(port.read());
      return answer.length >= length;
    });
    lines.push(`${name}: ${answer}`);
  }
  lines.push(remote.trace());
  return lines;
};

/** By the name of the example's folder. */
export const exampleConversations: { readonly [example: string]: Conversation } = {
  'client-sample': clientSample,
  echo,
  console,
};
