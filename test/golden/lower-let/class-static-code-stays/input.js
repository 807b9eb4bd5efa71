(function () {
  'use strict';
  class Thing {
    static limit() {
      return LIMIT;
    }
    static first = (() => {
      try {
        return this.limit();
      } catch (error) {
        return error.name;
      }
    })();
  }
  const LIMIT = 4;
  log(Thing.first + Thing.limit());
})();
