(function () {
  'use strict';
  let i = 0;
  do {
    let a, b = i, c;
    log([a, b, c].map(String).join());
    a = c = 1;
  } while (++i < 2);
})();
