(function () {
  'use strict';
  var f = function inner(again) {
    if (again) {
      const inner = 5;
      return inner;
    }
    return typeof inner;
  };
  log(f(true) + f(false));
})();
