using System.CommandLine;
using LogBroker.AdminCli;
using LogBroker.AdminCli.Commands;

CommandEnvironment environment = CommandEnvironment.OfProcess();
ParseResult parsed = CommandTree.Build(environment).Parse(args);
if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
foreach (var error in parsed.Errors) environment.Error.WriteLine($"error: {error.Message}");
environment.Error.WriteLine($"try:   ./logbroker {parsed.CommandResult.Command.Name} --help");
return ExitCodes.WrongUsage;
