(function () {
  'use strict';
  var value = 1;
  {
    const value = 2;
    log(value);
  }
  log(value);
})();
