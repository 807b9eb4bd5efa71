(function () {
  'use strict';
  var made = [];
  for (const id of [1, 2]) {
    class Thing {
      id() {
        return id;
      }
    }
    made.push(new Thing());
  }
  log(made.map((thing) => thing.id()).join());
})();
