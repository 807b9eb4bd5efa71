(function () {
  'use strict';
  var values = [1, 2];
  (async () => {
    for (var value of values) {
      var twice = await (value * 2);
      log(twice);
    }
  })();
})();
