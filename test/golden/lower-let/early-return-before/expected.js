(function () {
  'use strict';
  function f(skip) {
    if (skip) return 'skipped';
    var value = 1;
    return value;
  }
  log(f(true) + f(false));
})();
