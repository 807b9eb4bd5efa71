(function () {
  'use strict';
  function depth(n) {
    var own = n;
    if (n > 0) depth(n - 1);
    log(own);
    return () => own;
  }
  log(depth(2)());
})();
