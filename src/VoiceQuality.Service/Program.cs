using VoiceQuality.Service.Cli;
using VoiceQuality.Service.Hosting;

ProcessRights.MayRestart = true;
return await VoiceQualityCommand.RunAsync(args, CliConsole.ForProcess());
