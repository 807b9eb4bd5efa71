(function () {
  'use strict';
  class Thing {
    limit() {
      return LIMIT;
    }
  }
  var LIMIT = 4;
  log(new Thing().limit());
})();
