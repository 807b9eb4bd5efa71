(function () {
  'use strict';
  const calls = [];
  let n = 0;
  while (n < 2) {
    let own = n++;
    calls.push(() => own++);
  }
  log(calls.map((call) => call() + call()).join());
})();
