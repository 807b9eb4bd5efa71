(function () {
  'use strict';
  function f() {
    return arguments.length;
  }
  log(f(1, 2));
  (function () {
    {
      var count = arguments.length;
      log(count);
    }
  })(1);
})();
