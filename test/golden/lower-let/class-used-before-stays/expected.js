(function () {
  'use strict';
  class Thing {
    limit() {
      return LIMIT;
    }
  }
  class Other extends Thing {}
  var thing = new Other();
  try {
    log(thing.limit());
  } catch (error) {
    log(error.name);
  }
  const LIMIT = 4;
  log(thing.limit());
})();
