using VoiceQuality.Service.Cli;

return await VoiceQualityCommand.RunAsync(args, CliConsole.ForProcess());
