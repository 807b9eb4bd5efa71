(function () {
  'use strict';
  var i = 9;
  for (let i = 0; i < 2; i++) log(i);
  log(i);
})();
