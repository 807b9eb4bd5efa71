(function () {
  'use strict';
  var calls = [];
  for (var i = 0; i < 2; i++) {
    let plain = i, kept = i * 2;
    calls.push(() => kept);
    plain++;
    log(plain);
  }
  log(calls.map((call) => call()).join());
})();
