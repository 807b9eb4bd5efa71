(function () {
  'use strict';
  function make(i) {
    const own = i * 10;
    return () => own;
  }
  const calls = [];
  for (let i = 0; i < 3; i++) calls.push(make(i));
  log(calls.map((call) => call()).join());
})();
