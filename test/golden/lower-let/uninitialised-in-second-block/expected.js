(function () {
  'use strict';
  {
    var value = 1;
    log(value);
  }
  {
    var value = void 0;
    log(String(value));
  }
})();
