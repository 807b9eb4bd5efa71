const trail = [];
for (const how of ['continue', 'throw', 'fall', 'break', 'never']) {
  try {
    if (how === 'continue') continue;
    if (how === 'break') break;
    if (how === 'throw') throw how;
    trail.push('body');
  } catch {
    trail.push('caught');
  } finally {
    trail.push(how);
  }
}
say(trail.join());
