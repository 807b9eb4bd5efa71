(function () {
  'use strict';
  class Thing {
    limit() {
      return LIMIT;
    }
  }
  const LIMIT = 4;
  log(new Thing().limit());
})();
