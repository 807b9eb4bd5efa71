/** Addresses, names, lives of endpoints: each word to `control` does one thing, and its answer says what came of it. */
import { createEndpoint, decodeText, type Endpoint, rpmsgDevice } from 'rproc-sdk/runtime';

const made: (Endpoint | undefined)[] = [];
const device = rpmsgDevice();

const control = createEndpoint({ name: 'control' }, (data, src) => {
  const [verb, ...args] = decodeText(data).split(' ');
  let answer: string;
  try {
    answer = act(verb, args, src);
  } catch (error) {
    answer = String(error);
  }
  control.sendTo(src, answer);
});

function act(verb: string, args: string[], src: number): string {
  switch (verb) {
    case 'make': {
      const endpoint = createEndpoint(
        { name: args[0] || undefined, src: args[1] === undefined ? undefined : Number(args[1]) },
        (data, from, self) => {
          self.sendTo(from, self.src + ' heard ' + decodeText(data) + ' from ' + from);
        },
      );
      return made.push(endpoint) - 1 + ' is ' + endpoint.src;
    }
    case 'drop': {
      const index = Number(args[0]);
      made[index]!.destroy();
      made[index]!.destroy();
      made[index] = undefined;
      return 'dropped ' + index;
    }
    case 'send-dropped': {
      const endpoint = createEndpoint({}, () => {});
      endpoint.destroy();
      return 'trySendTo ' + endpoint.trySendTo(src, 'nobody');
    }
    case 'in-the-name-of':
      return 'sent ' + control.trySendOffChannel(Number(args[0]), src, 'not me');
    case 'unbind-rebind': {
      const quiet = createEndpoint({ name: 'quiet', announce: false }, () => {});
      const before = quiet.dst >>> 0;
      quiet.destroy();
      return 'no peer ' + before.toString(16);
    }
    case 'count': {
      // What came and went is counted by batches, whose borders are a matter of time.
      const { deadLetters, malformed, held, claimed } = device.counters;
      return JSON.stringify({ deadLetters, malformed, held, claimed });
    }
    default:
      return 'what is ' + verb + '?';
  }
}

device.onUnknownService = (name, addr) => console.log('Linux has', name, 'at', addr);
control.onUnbound = () => console.log('control: peer gone');
control.bound.then(() => console.log('control: bound'));
console.log('endpoints is up');
