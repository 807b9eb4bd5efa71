(function () {
  'use strict';
  const calls = [];
  for (let i = 0; i < 3; i++) {
    const twice = i * 2;
    calls.push(() => log(i + ' ' + twice));
  }
  for (const call of calls) call();
})();
