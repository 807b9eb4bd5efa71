/** Timers and promises: orders that must be the same whatever the time, and that time goes on at all. */
import { createEndpoint, decodeText, type Endpoint } from 'rproc-sdk/runtime';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const scenes: { [name: string]: (say: (text: string) => void) => void | Promise<void> } = {
  'order of dues'(say) {
    for (const ms of [30, 10, 20, 10, 0]) setTimeout(() => say(ms + ' ms'), ms);
  },
  'jobs before timers'(say) {
    setTimeout(() => say('timer'), 0);
    Promise.resolve()
      .then(() => say('job'))
      .then(() => say('next job'));
    say('call');
  },
  cleared(say) {
    const never = setTimeout(() => say('never'), 5);
    clearTimeout(never);
    setTimeout(() => say('kept'), 10);
  },
  async interval(say) {
    let turns = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        say('turn ' + ++turns);
        if (turns < 10) return;
        clearInterval(timer);
        resolve();
      }, 2);
    });
    say('over');
  },
  async 'waits add up'(say) {
    for (let i = 0; i < 20; i++) {
      await wait(1);
      say('step ' + i);
    }
  },
  async 'rejections are caught'(say) {
    try {
      await wait(1).then(() => {
        throw new Error('late');
      });
    } catch (error) {
      say(String(error));
    }
    const settled = await Promise.race([wait(5).then(() => 'slow'), wait(1).then(() => 'fast')]);
    say(settled);
    say((await Promise.all([wait(3).then(() => 'a'), 'b', Promise.resolve('c')])).join());
  },
  arguments(say) {
    setTimeout((a: string, b: number) => say(a + b), 1, 'x', 2);
  },
};

createEndpoint({ name: 'clock' }, (data, src, endpoint: Endpoint) => {
  const name = decodeText(data);
  const scene = scenes[name];
  const say = (text: string) => {
    endpoint.sendTo(src, name + ': ' + text);
  };
  if (scene) scene(say);
  else say('no such scene');
});
console.log('clock is up');
