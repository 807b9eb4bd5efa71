(function () {
  'use strict';
  const value = 1;
  {
    const value = 2;
    log(value);
  }
  log(value);
})();
