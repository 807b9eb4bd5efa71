(function () {
  'use strict';
  const calls = [];
  for (let i = 0; i < 2; i++) {
    let plain = i, kept = i * 2;
    calls.push(() => kept);
    plain++;
    log(plain);
  }
  log(calls.map((call) => call()).join());
})();
