(function () {
  'use strict';
  {
    let value = 1;
    log(value);
  }
  {
    let value;
    log(String(value));
  }
})();
