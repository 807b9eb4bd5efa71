(function () {
  'use strict';
  {
    let a = 1;
    const b = a + 1;
    log(a + b);
  }
})();
