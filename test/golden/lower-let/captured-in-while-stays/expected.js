(function () {
  'use strict';
  var calls = [];
  var n = 0;
  while (n < 2) {
    let own = n++;
    calls.push(() => own++);
  }
  log(calls.map((call) => call() + call()).join());
})();
