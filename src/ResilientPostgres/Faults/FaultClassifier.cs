namespace ResilientPostgres.Faults;
static class FaultClassifier { public static Fault Classify(Exception exception, FaultPhase phase, WorkKind kind) => throw new NotImplementedException(); }
