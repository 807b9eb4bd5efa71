(function () {
  'use strict';
  const f = function inner() {
    const inner = 5;
    return inner;
  };
  log(f());
})();
