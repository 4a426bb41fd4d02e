console.log ("hello");
