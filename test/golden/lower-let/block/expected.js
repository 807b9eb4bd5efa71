(function () {
  'use strict';
  {
    var a = 1;
    var b = a + 1;
    log(a + b);
  }
})();
