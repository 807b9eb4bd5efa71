/** What a conversation is made of, on whatever core and under whatever Linux. */
import type { RemoteUnderTest, TestChannel } from '../../../sdk/testing/index.js';

/**
 * Talks with a booted firmware and writes down what it says: no times, and no order that depends on them. The lines are equal
 * on every core.
 */
export type Conversation = (remote: RemoteUnderTest) => Promise<string[]>;

/** A word to the firmware, and its answer. */
export async function ask(channel: TestChannel, text: string): Promise<string> {
  await channel.send(text);
  return (await channel.receive()).text();
}

/** The next `count` messages as text. */
export async function hear(channel: TestChannel, count: number): Promise<string[]> {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push((await channel.receive()).text());
  return texts;
}

/** Waits until the trace holds `text`, and gives all of it. */
export async function traceWith(remote: RemoteUnderTest, text: string): Promise<string> {
  await remote.waitFor(() => remote.trace().includes(text), undefined, `"${text}" in the trace`);
  return remote.trace();
}
